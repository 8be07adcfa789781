export function writeSampleLog(
  path: string,
  options: { rows: number; hours: number; extra?: readonly string[] },
): void;
