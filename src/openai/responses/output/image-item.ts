import { isPlainObject } from '../../../common/http/to-dto.js';
import type { ImageGenerationCallDto } from '../dto/response-item.dto.js';
import type { ItemPlace } from './item-place.js';

/** An image that the model generated; it always arrives complete. */
export function tellOfImage(place: ItemPlace, base64: string): void {
  const item: ImageGenerationCallDto = {
    type: 'image_generation_call',
    id: place.id,
    status: 'in_progress',
    result: null,
  };
  place.added(item);
  item.status = 'completed';
  item.result = base64;
  place.done(item);
}

/** OpenRouter sends images as data URLs. Undefined for any other URL. */
export function imageBase64(image: unknown): string | undefined {
  const at = isPlainObject(image) && 'image_url' in image ? image.image_url : undefined;
  const url = isPlainObject(at) && 'url' in at ? at.url : undefined;
  return typeof url === 'string' ? /^data:image\/[\w.+-]+;base64,(.+)$/s.exec(url)?.[1] : undefined;
}
