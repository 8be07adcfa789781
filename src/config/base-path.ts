/** One or more plain segments: it ends up in documents, so no `//host` and nothing that needs an escape. */
export const BASE_PATH = /^(\/[\w.~-]+)+$/;
