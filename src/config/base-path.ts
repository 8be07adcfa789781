/** One or more plain segments. It is copied into documents, so no `//host` and nothing that needs escaping. */
export const BASE_PATH = /^(\/[\w.~-]+)+$/;
