import { applyDecorators } from '@nestjs/common';
import { IsUrl, ValidateIf } from 'class-validator';

/** The URL of an API. Host names in a private network may lack a dot or contain an underscore. */
export function HttpUrl(): PropertyDecorator {
  const rules = {
    require_tld: false,
    require_protocol: true,
    allow_underscores: true,
    allow_fragments: false,
  };
  return IsUrl(
    // A user and password in the URL would never be sent.
    { ...rules, disallow_auth: true, protocols: ['http', 'https'] },
    { message: 'must be an http(s) URL' },
  );
}

/** The same, or empty. */
export function OptionalUrl(): PropertyDecorator {
  return applyDecorators(
    HttpUrl(),
    ValidateIf((_, value) => value !== ''),
  );
}
