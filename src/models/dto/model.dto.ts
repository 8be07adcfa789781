export class SlugDto {
  /**
   * The upstream's own name of the model.
   * @example "mistralai/ministral-8b-2512"
   */
  upstream_model!: string;
  /**
   * `closed`: asked as usual. `open`: spared after failures. `half_open`: one call tries whether it works again.
   * `resting`: waits because the upstream limits the rate. `set_aside`: the upstream no longer serves it.
   * @example "closed"
   */
  state!: 'closed' | 'resting' | 'open' | 'half_open' | 'set_aside';
}

export class ModelDto {
  /**
   * What goes into `model`.
   * @example "mistral"
   */
  name!: string;
  /**
   * For people.
   * @example "Mistral"
   */
  title!: string;
  /** Upstream models behind the name, in the order in which they are asked. */
  upstream!: SlugDto[];
  /**
   * The one that would be asked now.
   * @example "mistralai/ministral-8b-2512"
   */
  upstream_model!: string;
  /**
   * State of the breaker of `upstream_model`.
   * @example "closed"
   */
  breaker!: SlugDto['state'];
  /**
   * Tokens of prompt and answer together; null where unknown.
   * @example 131072
   */
  context_length!: number | null;
}

export class ModelListDto {
  data!: ModelDto[];
}
