/** class-transformer does not export its metadata; @nestjs/mapped-types reads them from here as well. */
declare module 'class-transformer/cjs/storage.js' {
  export { defaultMetadataStorage } from 'class-transformer/types/storage.js';
}
