import { modelNames } from '../api/service.ts';

const SERIES = 6;

/** Which of the series colours a model has: the same in every view. */
export function seriesOf(model: string): number {
  const at = modelNames.value.indexOf(model);
  if (at >= 0) return at % SERIES;
  let sum = 0;
  for (const character of model) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 9973;
  return sum % SERIES;
}

export function ModelName({ name }: { name: string }) {
  return (
    <span class="model-name">
      <span class={`swatch s${seriesOf(name)}`} aria-hidden="true" />
      <span class="clip">{name}</span>
    </span>
  );
}
