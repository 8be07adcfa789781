#!/usr/bin/env bash
# Mutation tests of the pure parts: breaks them in a thousand small ways and looks whether a test notices.
# Stryker is not a dependency of the project; it is installed into a scratch folder. Arguments go to `stryker run`,
# e.g. `npm run mutation -- --mutate src/models/resilience/backoff.ts`. All of it takes some 25 minutes on two cores.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
scratch=${STRYKER_SCRATCH:-${TMPDIR:-/tmp}/stryker-parley}
version=9.0.1

mkdir -p "$scratch/tools"
if [ ! -d "$scratch/tools/node_modules/@stryker-mutator/jest-runner" ]; then
  npm install --prefix "$scratch/tools" --no-audit --no-fund --loglevel=error \
    "@stryker-mutator/core@$version" "@stryker-mutator/jest-runner@$version"
fi

rm -rf "$scratch/project"
mkdir -p "$scratch/project/node_modules" "$scratch/project/src" "$scratch/project/test"
cd "$scratch/project"
cp -r "$root/src/models" "$root/src/common" src/
cp -r "$root/test/jest.config.js" "$root/test/support" test/
cp "$root/package.json" "$root/test/mutation/stryker.config.json" .

# The project's own packages, and Stryker's beside them, so that each finds the other.
modules=$(realpath "$root/node_modules")
ln -s "$modules"/* "$modules"/.bin node_modules/
ln -s "$scratch/tools/node_modules/@stryker-mutator" node_modules/

"$scratch/tools/node_modules/.bin/stryker" run stryker.config.json "$@"

# The threshold in the configuration is for all files together; each has to reach it by itself.
node --input-type=module -e '
  import { readFileSync } from "node:fs";
  const { files } = JSON.parse(readFileSync("reports/mutation/mutation.json", "utf8"));
  for (const [file, { mutants }] of Object.entries(files)) {
    const count = (...states) => mutants.filter(({ status }) => states.includes(status)).length;
    const killed = count("Killed", "Timeout");
    const all = killed + count("Survived", "NoCoverage");
    const score = all === 0 ? 100 : (100 * killed) / all;
    console.log(`${score.toFixed(1).padStart(5)} % of ${all} ${file}`);
    if (score < 80) process.exitCode = 1;
  }
'
