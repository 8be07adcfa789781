import { Injectable, type OnModuleInit } from '@nestjs/common';
import { PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { audienceOf } from '../common/access.decorator.js';
import { SettingsError } from '../config/settings-error.js';
import { KeyRing } from './key-ring.service.js';

const EXPOSED =
  'HOST is not a loopback address, and there are no keys: whoever reaches it could spend your credit. Make a key with ' +
  '`npm run keys -- create --name alice`, or set ADMIN_KEY (or ALLOW_INSECURE=1 if something in front decides who may)';

/** Stops an insecure start: a route without `@Access`, or a public address without keys. */
@Injectable()
export class AccessCheck implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
    private readonly keys: KeyRing,
  ) {}

  /** Throws SettingsError that names what is open. */
  onModuleInit(): void {
    const missing = this.discovery
      .getControllers()
      .flatMap(({ metatype }) => (metatype ? this.undecided(metatype) : []));
    if (missing.length > 0) throw new SettingsError(`these routes lack @Access: ${missing.join(', ')}`);
    if (this.keys.isExposed && !this.keys.hasKeys) throw new SettingsError(EXPOSED);
  }

  private undecided(controller: Parameters<typeof audienceOf>[2]): string[] {
    const prototype = controller.prototype as Record<string, () => unknown>;
    return this.scanner.getAllMethodNames(prototype).flatMap((name) => {
      const handler = prototype[name];
      if (!handler || !Reflect.hasMetadata(PATH_METADATA, handler)) return [];
      return audienceOf(this.reflector, handler, controller) ? [] : [`${controller.name}.${name}`];
    });
  }
}
