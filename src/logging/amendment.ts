export type AmendmentField =
  | 'max_tokens'
  | 'cost'
  | 'prompt_tokens'
  | 'response_tokens'
  | 'score'
  | 'comment'
  | 'erased_at'
  | 'generation';

/** A fact about a row that became known after it was written. The last one for a field counts. */
export interface Amendment {
  /** Id of the row. */
  id: string;
  /**
   * `generation`: the upstream's id of an aborted call, by which its bill can be requested. `max_tokens`: the value sent
   * upstream, if it is not the client's.
   */
  field: AmendmentField;
  value: string;
}

export interface StampedAmendment extends Amendment {
  /** UTC, ISO 8601 with milliseconds: when the log received it. */
  timestamp: string;
}

export const AMENDMENT_COLUMNS = [
  'timestamp',
  'id',
  'field',
  'value',
] as const satisfies readonly (keyof StampedAmendment)[];
