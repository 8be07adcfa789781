/** The first release of the Brotli decoder without CVE-2026-111497. */
const SAFE_BROTLI = [1, 1, 1];

/**
 * A warning for the operator if this Node has a known vulnerability. This service decodes no Brotli in either
 * direction (faults.md F1, F2), but other code in the process might.
 */
export function runtimeWarning({ node, brotli }: { node: string; brotli?: string }): string | undefined {
  if (brotli === undefined || !isOlder(brotli, SAFE_BROTLI)) return undefined;
  return (
    `Node ${node} has Brotli ${brotli}, whose decoder has a known vulnerability (CVE-2026-111497). ` +
    'This service never decodes Brotli, but Node 22.23.4, 24.22.1 or later is recommended.'
  );
}

function isOlder(version: string, than: readonly number[]): boolean {
  const parts = version.split('.').map(Number);
  const differing = than.findIndex((part, index) => (parts[index] ?? 0) !== part);
  return differing >= 0 && (parts[differing] ?? 0) < (than[differing] ?? 0);
}
