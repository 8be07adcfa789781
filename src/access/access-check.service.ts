import { Injectable, type OnModuleInit } from '@nestjs/common';
import { PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { audienceOf } from '../common/access.decorator.js';
import { SettingsError } from '../config/settings-error.js';

/** A route that says not who may call it stops the start. */
@Injectable()
export class AccessCheck implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
  ) {}

  /** Throws SettingsError that names each of them. */
  onModuleInit(): void {
    const missing = this.discovery
      .getControllers()
      .flatMap(({ metatype }) => (metatype ? this.undecided(metatype) : []));
    if (missing.length > 0) throw new SettingsError(`these routes lack @Access: ${missing.join(', ')}`);
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
