import { WholeNumber } from '../../common/docs/whole-number.decorator.js';

export class OpenAiModelDto {
  /**
   * What goes into `model`.
   * @example "mistral"
   */
  id!: string;
  /** @example "model" */
  object!: 'model';
  /**
   * When this service began to offer it, in Unix seconds.
   * @example 1763918447
   */
  @WholeNumber()
  created!: number;
  /**
   * Who made the model that would be asked now.
   * @example "mistralai"
   */
  owned_by!: string;
}

export class OpenAiModelListDto {
  /** @example "list" */
  object!: 'list';
  data!: OpenAiModelDto[];
}
