import { WholeNumber } from '../../common/docs/whole-number.decorator.js';

/** US dollars. */
export class PriceDto {
  /**
   * For a million tokens of the prompt.
   * @example 0.15
   */
  prompt!: number;
  /**
   * For a million tokens of the answer.
   * @example 0.15
   */
  completion!: number;
  /**
   * For each call, whatever its length.
   * @example 0
   */
  request!: number;
}

export class SlugDto {
  /**
   * The upstream's own name of the model, with `@provider` where it lives elsewhere than at OpenRouter.
   * @example "mistralai/ministral-8b-2512"
   */
  upstream_model!: string;
  /**
   * Where it lives: `openrouter`, or the name of `PROVIDER_<NAME>_URL`.
   * @example "openrouter"
   */
  provider!: string;
  /**
   * `ok`: asked as usual. `probing`: one call tries whether it works again. `resting`: waits because the upstream limits
   * the rate. `failing`: spared after failures. `set_aside`: the upstream no longer serves it.
   * @example "ok"
   */
  state!: 'ok' | 'probing' | 'resting' | 'failing' | 'set_aside';
  /**
   * Is it in the catalogue of OpenRouter? null while that has not been read, and for slugs that live elsewhere.
   * @example true
   */
  listed!: boolean | null;
  /** null where it is not known: keys with a budget are then refused. */
  price!: PriceDto | null;
  /**
   * Tokens of prompt and answer together; null where unknown.
   * @example 262144
   */
  @WholeNumber()
  context_length!: number | null;
  /**
   * When the upstream will stop serving it, where it has said so.
   * @example null
   */
  retires_at!: string | null;
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
   * State of `upstream_model`.
   * @example "ok"
   */
  state!: SlugDto['state'];
  /**
   * Tokens of prompt and answer together; null where unknown.
   * @example 131072
   */
  @WholeNumber()
  context_length!: number | null;
}

/** Our own key at OpenRouter. */
export class AccountDto {
  /**
   * `good`; `refused`: every chat with OpenRouter fails; `used_up`: its limit is reached, or the account is out of credit; `unknown`: not asked yet.
   * @example "good"
   */
  key!: 'unknown' | 'good' | 'refused' | 'used_up';
  /**
   * US dollars that are left of its limit; null: it has none, or that is not known.
   * @example 12.5
   */
  credit!: number | null;
}

export class ModelListDto {
  data!: ModelDto[];
  /** null for keys with the role `chat`: what the operator has left is not theirs to know. */
  account!: AccountDto | null;
}
