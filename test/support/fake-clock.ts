import { existsSync } from 'node:fs';

const LIBRARY = process.env.LIBFAKETIME ?? '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1';

/** Where it is not installed (apt: libfaketime) these are reported as skipped. */
export const withFakeTime = existsSync(LIBRARY) ? it : it.skip;

/** The environment of a process whose wall clock is off by what `file` says, such as `+1h`; its monotonic clock is not. */
export function fakeClock(file: string): Record<string, string> {
  return {
    LD_PRELOAD: LIBRARY,
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  };
}
