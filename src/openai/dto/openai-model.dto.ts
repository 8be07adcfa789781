import { WholeNumber } from '../../common/docs/whole-number.decorator.js';

export class OpenAiModelDto {
  /**
   * The value to send as `model`.
   * @example "mistral"
   */
  id!: string;
  /** @example "model" */
  object!: 'model';
  /**
   * Unix time in seconds at which this service first offered the model.
   * @example 1763918447
   */
  @WholeNumber()
  created!: number;
  /**
   * The vendor of the slug that would be called now.
   * @example "mistralai"
   */
  owned_by!: string;
}

export class OpenAiModelListDto {
  /** @example "list" */
  object!: 'list';
  data!: OpenAiModelDto[];
}
