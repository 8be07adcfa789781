// Nest 12 is ESM-only and Jest can require(esm) only on Node >= 24.9, so tests and ESM-only dependencies are
// compiled to CommonJS here; test/smoke.e2e-spec.ts starts the real ESM build.
const esmDeps = [
  '@nestjs',
  'file-type',
  'strtok3',
  'token-types',
  'uint8array-extras',
  '@tokenizer',
  '@borewit',
  'load-esm',
  'es-toolkit',
  'js-yaml',
  '@openrouter/sdk',
  // CommonJS, but with an import() in it.
  '@opentelemetry/otlp-exporter-base',
];

export default {
  rootDir: '..',
  testEnvironment: 'node',
  roots: ['<rootDir>/src', '<rootDir>/test'],
  testRegex: ['\\.spec\\.ts$', '\\.e2e-spec\\.ts$'],
  moduleFileExtensions: ['ts', 'js', 'mjs', 'json'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': ['$1', '$1.js'] },
  modulePathIgnorePatterns: ['<rootDir>/dist'],
  // Most of a test's time is waiting.
  maxWorkers: 2,
  testTimeout: 20000,
  reporters: ['default', '<rootDir>/test/support/summary.reporter.cjs'],
  transform: {
    '\\.(ts|js|mjs)$': [
      '@swc/jest',
      {
        swcrc: false,
        sourceMaps: 'inline',
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          keepClassNames: true,
        },
        module: { type: 'commonjs' },
      },
    ],
  },
  transformIgnorePatterns: [`/node_modules/(?!(${esmDeps.join('|')})/)`],
};
