import { batch, signal } from '@preact/signals';
import { asFailure, type Failure } from './failure.ts';

/** What is read from the service: the last answer stays until the next, beside why it could not be read again. */
export class Resource<T> {
  readonly data = signal<T | undefined>(undefined);
  readonly failure = signal<Failure | undefined>(undefined);

  /** @param leaving once it is aborted, who asked is gone: nothing changes any more */
  async read(load: () => Promise<T>, leaving?: AbortSignal): Promise<void> {
    try {
      const data = await load();
      if (leaving?.aborted) return;
      batch(() => {
        this.data.value = data;
        this.failure.value = undefined;
      });
    } catch (error) {
      if (!leaving?.aborted) this.failure.value = asFailure(error);
    }
  }
}
