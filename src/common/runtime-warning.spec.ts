import { runtimeWarning } from './runtime-warning.js';

describe('runtimeWarning', () => {
  it.each(['1.0.9', '1.1.0', '0.9.9'])('warns of Brotli %s', (brotli) => {
    expect(runtimeWarning({ node: '20.20.2', brotli })).toMatch(/Node 20\.20\.2 .*CVE-2026-111497/);
  });

  it.each(['1.1.1', '1.2.0', '2.0.0', undefined])('is silent about Brotli %s', (brotli) => {
    expect(runtimeWarning({ node: '24.22.1', brotli })).toBeUndefined();
  });
});
