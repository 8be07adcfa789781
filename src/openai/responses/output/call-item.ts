import type { ToolCallDelta } from '../../../models/model.types.js';
import { customCallInput } from '../custom-tools.js';
import type { CustomToolCallDto, FunctionCallDto, ItemStatus } from '../dto/response-item.dto.js';
import type { NamedTool } from '../tool-names.js';
import type { ItemPlace } from './item-place.js';

/** Assigns a call its place in the output. */
type PlaceFor = (prefix: 'fc' | 'ctc') => ItemPlace;

/** A call of a function or custom tool. It gets its place as soon as its name is known. */
export class CallItem {
  private item: FunctionCallDto | CustomToolCallDto | undefined;
  private place: ItemPlace | undefined;
  private id = '';
  private name = '';
  private arguments = '';

  constructor(
    private readonly placeFor: PlaceFor,
    private readonly tools: ReadonlyMap<string, NamedTool>,
  ) {}

  add({ id, function: part }: ToolCallDelta): void {
    if (id) this.id ||= id;
    if (part?.name) this.name += part.name;
    const text = part?.arguments ?? '';
    this.arguments += text;
    if (this.item) this.tellArguments(text);
    else if (this.name !== '') this.open();
  }

  /** True if the call is complete. */
  get isWhole(): boolean {
    try {
      return this.item !== undefined && typeof JSON.parse(this.arguments) === 'object';
    } catch {
      return false;
    }
  }

  close(status: ItemStatus): void {
    const item = this.item ?? this.open();
    Object.assign(item, this.named());
    item.status = status;
    if (item.type === 'custom_tool_call') this.closeCustom(item);
    else this.closeFunction(item);
    this.place?.done(item);
  }

  private open(): FunctionCallDto | CustomToolCallDto {
    const custom = this.tools.get(this.name)?.isCustom;
    const place = this.placeFor(custom ? 'ctc' : 'fc');
    const call = {
      id: place.id,
      status: 'in_progress',
      call_id: this.id || `call_${place.id}`,
      ...this.named(),
    } as const;
    const item: FunctionCallDto | CustomToolCallDto = custom
      ? { type: 'custom_tool_call', ...call, input: '' }
      : { type: 'function_call', ...call, arguments: '' };
    this.item = item;
    this.place = place;
    place.added(item);
    this.tellArguments(this.arguments);
    return item;
  }

  private named(): Pick<FunctionCallDto, 'name' | 'namespace'> {
    const { name = this.name, namespace } = this.tools.get(this.name) ?? {};
    return { name, ...(namespace !== undefined && { namespace }) };
  }

  /** The text of a custom call is known only when its JSON is complete. */
  private tellArguments(text: string): void {
    if (text === '' || this.item?.type !== 'function_call') return;
    this.item.arguments += text;
    this.place?.changed('function_call_arguments.delta', { delta: text });
  }

  private closeFunction(item: FunctionCallDto): void {
    // Some models send no arguments for a function without parameters, but clients parse them.
    if (item.arguments === '' && item.status === 'completed') this.tellArguments('{}');
    this.place?.changed('function_call_arguments.done', { name: item.name, arguments: item.arguments });
  }

  private closeCustom(item: CustomToolCallDto): void {
    item.input = customCallInput(this.arguments);
    this.place?.changed('custom_tool_call_input.delta', { delta: item.input });
    this.place?.changed('custom_tool_call_input.done', { input: item.input });
  }
}
