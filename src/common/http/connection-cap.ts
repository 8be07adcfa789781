/** What the process needs beside connections: log, lock, standard streams, modules, listeners. */
const RESERVED_FILES = 64;

/**
 * Most client connections, so that accepting never fails for want of file descriptors: half of those that the process
 * may open, as a chat needs a second one to the upstream. Infinity where the platform does not tell.
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
