import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  // Wherever a proxy mounts the service, the page finds its files beside itself.
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: '../../dist/page',
    emptyOutDir: true,
    // What light-dark() needs; the CSP forbids data: for all but images, so no file is inlined.
    target: ['chrome123', 'firefox125', 'safari17.5'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
  },
});
