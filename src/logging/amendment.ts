export type AmendmentField =
  | 'max_tokens'
  | 'cost'
  | 'prompt_tokens'
  | 'response_tokens'
  | 'score'
  | 'comment'
  | 'erased_at'
  | 'generation';

/** Something about a row that became known after it was written. Of several for one field the last one holds. */
export interface Amendment {
  /** The row's. */
  id: string;
  /**
   * `generation`: the upstream's id of an aborted call, by which its bill can be asked for. `max_tokens`: what was asked
   * for in place of what the client said.
   */
  field: AmendmentField;
  value: string;
}

export interface StampedAmendment extends Amendment {
  /** UTC, ISO 8601 with milliseconds: when the log was told. */
  timestamp: string;
}

export const AMENDMENT_COLUMNS = [
  'timestamp',
  'id',
  'field',
  'value',
] as const satisfies readonly (keyof StampedAmendment)[];
