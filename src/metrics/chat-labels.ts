import type { LogRow } from '../logging/log-row.js';
import { LABEL } from './metric-names.js';
import type { OwnNames } from './own-names.js';

export type NamesOfRow = Pick<LogRow, 'requested_model' | 'model' | 'upstream_model' | 'operation'>;

export const CHAT_LABELS = [LABEL.operation, LABEL.provider, LABEL.requestModel, LABEL.responseModel];

type Labels = Readonly<Record<string, string>>;

/** The label sets of all chats with the same names. */
export interface ChatLabels {
  readonly chat: Labels;
  readonly ok: Labels;
  readonly tokens: Readonly<Record<'input' | 'output', Labels>>;
}

/** Creates each label set once: a chat needs four, and there are few different ones. */
export class ChatLabelSets {
  private readonly sets = new Map<string, ChatLabels>();

  constructor(private readonly names: OwnNames) {}

  of({ requested_model, model, upstream_model, operation = 'chat' }: NamesOfRow): ChatLabels {
    const provider = this.names.provider(upstream_model);
    const requestModel = this.names.model(requested_model);
    const responseModel = this.names.model(model);
    const name = `${operation} ${provider} ${requestModel} ${responseModel}`;
    let labels = this.sets.get(name);
    if (!labels) this.sets.set(name, (labels = labelSets(operation, provider, requestModel, responseModel)));
    return labels;
  }
}

function labelSets(
  operation: string,
  provider: string,
  requestModel: string,
  responseModel: string,
): ChatLabels {
  const chat = {
    [LABEL.operation]: operation,
    [LABEL.provider]: provider,
    [LABEL.requestModel]: requestModel,
    [LABEL.responseModel]: responseModel,
  };
  return {
    chat,
    ok: { ...chat, [LABEL.errorType]: '' },
    tokens: {
      input: { ...chat, [LABEL.tokenType]: 'input' },
      output: { ...chat, [LABEL.tokenType]: 'output' },
    },
  };
}
