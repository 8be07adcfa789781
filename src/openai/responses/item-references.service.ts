import { Injectable } from '@nestjs/common';
import { textOfSaid } from '../../chat/answer.js';
import type { RequestContext } from '../../common/http/request-context.js';
import { invalidField } from '../../common/problem.js';
import { isPlainObject } from '../../common/http/to-dto.js';
import { type LogView, LogViews } from '../../logging/log-views.service.js';
import type { Fields } from './input/fields.js';

/** Each one costs a log query. */
const MAX_REFERENCES = 256;
/** The prefix of an item id made here, and the id of the row that holds its answer. */
const ITEM_ID = /^(msg|rs)_([0-9A-Z]{26})_\d+$/;
/** The log stores no reasoning: a reference to it resolves to an empty item. */
const NO_THOUGHTS = { type: 'reasoning', summary: [] };

/**
 * Clients that rely on OpenAI's store refer to earlier answers by the ids of their items; the Vercel AI SDK does so by
 * default. The log holds the texts, so no other store is needed.
 */
@Injectable()
export class ItemReferences {
  constructor(private readonly views: LogViews) {}

  /** Replaces references in the input by their texts. Throws a Problem 400 that names an unknown reference. */
  async resolve(
    input: string | readonly unknown[],
    context: RequestContext,
  ): Promise<string | readonly unknown[]> {
    if (typeof input === 'string' || !input.some(isReference)) return input;
    const view = this.views.of(context);
    const told = new Set<string>();
    const items: unknown[] = [];
    for (const [index, item] of input.entries())
      items.push(isReference(item) ? await lookUp(item, `input[${index}].id`, told, view) : item);
    return items;
  }
}

function isReference(item: unknown): item is Fields {
  if (!isPlainObject(item)) return false;
  const { type, role, id } = item as Fields;
  return type === 'item_reference' || (type == null && role === undefined && typeof id === 'string');
}

async function lookUp({ id }: Fields, path: string, told: Set<string>, view: LogView): Promise<object> {
  const [, kind, row] = (typeof id === 'string' ? ITEM_ID.exec(id) : null) ?? [];
  if (!row)
    throw invalidField(path, 'must be the id of a message or of reasoning: send other items themselves');
  // The log holds the whole text of an answer in one piece.
  if (kind === 'rs' || told.has(row)) return NO_THOUGHTS;
  if (told.size === MAX_REFERENCES)
    throw invalidField(path, `is one reference too many: there may be ${MAX_REFERENCES}`);
  told.add(row);
  const found = await view.get(row);
  if (!found || found.erased_at) throw invalidField(path, 'is not in the log: send the item itself');
  return { type: 'message', role: 'assistant', content: textOfSaid(found.response) };
}
