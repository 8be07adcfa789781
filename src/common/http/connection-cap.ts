/** File descriptors for everything but connections: log, lock, standard streams, modules, listeners. */
const RESERVED_FILES = 64;

/**
 * Maximum number of client connections, so that `accept` never fails for lack of file descriptors: half the limit of
 * the process, because a chat also needs a connection to the upstream. Infinity if the limit is unknown.
 */
export function connectionCap(): number {
  return Math.max(8, Math.floor((openFilesLimit() - RESERVED_FILES) / 2));
}

function openFilesLimit(): number {
  const { userLimits } = process.report.getReport() as {
    userLimits?: { open_files?: { soft?: number | string } };
  };
  const soft = userLimits?.open_files?.soft;
  return typeof soft === 'number' ? soft : Infinity;
}
