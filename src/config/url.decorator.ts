import { applyDecorators } from '@nestjs/common';
import { IsUrl, ValidateIf } from 'class-validator';

/** An absolute URL of http or https; of this machine too. */
export function Url(): PropertyDecorator {
  return IsUrl(
    { require_tld: false, allow_underscores: true, require_protocol: true, protocols: ['http', 'https'] },
    { message: 'must be an http(s) URL' },
  );
}

/** The same, or empty. */
export function OptionalUrl(): PropertyDecorator {
  return applyDecorators(
    Url(),
    ValidateIf((_, value) => value !== ''),
  );
}
