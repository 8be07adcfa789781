// What redocly (`recommended`) and spectral (`oas`) find fault with in an OpenAPI document: a JSON array on standard
// output. A program of its own, as both are built for Node's own module loader and not for Jest's.
//
//   node test/docs/lint-openapi.mjs <document.json>
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { readFileSync } from 'node:fs';
import spectralCore from '@stoplight/spectral-core';
import spectralRulesets from '@stoplight/spectral-rulesets';

const text = readFileSync(process.argv[2], 'utf8');

async function redocly() {
  const config = await createConfig({ extends: ['recommended'] });
  const problems = await lintFromString({ source: text, absoluteRef: 'openapi.json', config });
  return problems.map(
    ({ ruleId, location, message }) => `redocly ${ruleId} ${location[0]?.pointer}: ${message}`,
  );
}

async function spectral() {
  const linter = new spectralCore.Spectral();
  linter.setRuleset({ extends: [spectralRulesets.oas] });
  const problems = await linter.run(JSON.parse(text));
  return problems.map(({ code, path, message }) => `spectral ${code} ${path.join('/')}: ${message}`);
}

console.log(JSON.stringify([...(await redocly()), ...(await spectral())]));
