import { WholeNumber } from '../../common/docs/whole-number.decorator.js';

/** US dollars. */
export class PriceDto {
  /**
   * Per million tokens of the prompt.
   * @example 0.15
   */
  prompt!: number;
  /**
   * Per million tokens of the answer.
   * @example 0.15
   */
  completion!: number;
  /**
   * Per call, whatever its length.
   * @example 0
   */
  request!: number;
}

export class SlugDto {
  /**
   * The model's name at the upstream, with `@provider` if that is not OpenRouter.
   * @example "mistralai/ministral-8b-2512"
   */
  upstream_model!: string;
  /**
   * The provider: `openrouter`, or the name in `PROVIDER_<NAME>_URL`.
   * @example "openrouter"
   */
  provider!: string;
  /**
   * `ok`: used normally. `probing`: one call tests whether it works again. `resting`: waits because the upstream limits
   * the rate. `failing`: not called after failures. `set_aside`: the upstream no longer serves it.
   * @example "ok"
   */
  state!: 'ok' | 'probing' | 'resting' | 'failing' | 'set_aside';
  /**
   * Is it in OpenRouter's catalogue? null until the catalogue is read, and for other providers.
   * @example true
   */
  listed!: boolean | null;
  /** null if unknown: keys with a budget are then refused. */
  price!: PriceDto | null;
  /**
   * Tokens of prompt and answer together; null if unknown.
   * @example 262144
   */
  @WholeNumber()
  context_length!: number | null;
  /**
   * When the upstream will stop serving it, if announced.
   * @example null
   */
  retires_at!: string | null;
}

export class ModelDto {
  /**
   * The value for `model`.
   * @example "mistral"
   */
  name!: string;
  /**
   * Name for people.
   * @example "Mistral"
   */
  title!: string;
  /** Upstream models of this name, in the order in which they are tried. */
  upstream!: SlugDto[];
  /**
   * The upstream model that a chat would use now.
   * @example "mistralai/ministral-8b-2512"
   */
  upstream_model!: string;
  /**
   * State of `upstream_model`.
   * @example "ok"
   */
  state!: SlugDto['state'];
  /**
   * Tokens of prompt and answer together; null if unknown.
   * @example 131072
   */
  @WholeNumber()
  context_length!: number | null;
}

/** This service's own key at OpenRouter. */
export class AccountDto {
  /**
   * `good`; `refused`: every chat with OpenRouter fails; `used_up`: its limit is reached, or the account is out of
   * credit; `unknown`: not checked yet.
   * @example "good"
   */
  key!: 'unknown' | 'good' | 'refused' | 'used_up';
  /**
   * US dollars left of its limit; null if it has none or is unknown.
   * @example 12.5
   */
  credit!: number | null;
}

export class ModelListDto {
  data!: ModelDto[];
  /** null for keys with the role `chat`: they must not see the operator's credit. */
  account!: AccountDto | null;
}
