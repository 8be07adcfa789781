import { Body, Controller, Delete, Get, Header, HttpCode, Param, Patch, Post, Req } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { Access } from '../common/access.decorator.js';
import { ApiProblems } from '../common/docs/api-failures.decorator.js';
import { invalidField } from '../common/problem.js';
import { ModelRegistry } from '../models/model-registry.service.js';
import { forbidden, noSuchKey, serviceIsOpen, unauthorized } from './access-failures.js';
import { Allowances } from './allowances/allowances.js';
import { KeyChangeDto, KeyCreationDto, KeyRotationDto } from './dto/key-request.dto.js';
import { IssuedKeyDto, KeyDto } from './dto/key-reply.dto.js';
import { KeyListDto, KeyWithUseDto } from './dto/key-use.dto.js';
import { KeyRing } from './key-ring.service.js';
import { issuedView, keyView, termsOf, useView } from './key-view.js';
import { parseDuration } from './keys/key-terms.js';
import { UNLIMITED, type Key } from './keys/key.js';

const ApiId = (): MethodDecorator => ApiParam({ name: 'id', example: '3xN0aQ7tLw5d' });
const REFUSALS = [unauthorized(), forbidden('chat'), noSuchKey()];
const ApiRefusals = (): MethodDecorator => ApiProblems(...REFUSALS);
const ApiTermsRefusals = (): MethodDecorator =>
  ApiProblems(invalidField('name', 'must have 1 to 200 characters'), ...REFUSALS);

/** Keys of clients. A secret is only in the reply that created it. */
@ApiTags('Keys')
@Access('admin')
@Controller('keys')
export class KeysController {
  constructor(
    private readonly keys: KeyRing,
    private readonly allowances: Allowances,
    private readonly models: ModelRegistry,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'All keys',
    description: 'With the usage of each, in order of creation, including revoked ones.',
  })
  @ApiOkResponse({ type: KeyListDto })
  @ApiRefusals()
  async list(): Promise<KeyListDto> {
    return { data: await Promise.all(this.keys.list().map((key) => this.withUse(key))) };
  }

  @Post()
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'Make a key',
    description: 'The reply shows the key, only this once. Absent limits mean no limit.',
  })
  @ApiOkResponse({ type: IssuedKeyDto })
  @ApiTermsRefusals()
  async create(@Body() body: KeyCreationDto, @Req() { context }: Request): Promise<IssuedKeyDto> {
    this.assertKnown(body.models);
    const terms = { ...UNLIMITED, ...termsOf(body), name: body.name };
    return issuedView(await this.keys.create(terms, context.keyId));
  }

  @Get('me')
  @Access('chat', 'reader', 'admin')
  @ApiOperation({
    summary: 'The key that asks',
    description: 'With its limits and their usage.',
  })
  @ApiOkResponse({ type: KeyWithUseDto })
  @ApiRefusals()
  me(@Req() { context }: Request): Promise<KeyWithUseDto> {
    if (context.keyId === '') throw serviceIsOpen();
    return this.withUse(this.found(context.keyId));
  }

  @Get(':id')
  @ApiOperation({ summary: 'One key', description: 'Its terms and usage, without its secret.' })
  @ApiId()
  @ApiOkResponse({ type: KeyWithUseDto })
  @ApiRefusals()
  get(@Param('id') id: string): Promise<KeyWithUseDto> {
    return this.withUse(this.found(id));
  }

  @Patch(':id')
  @ApiOperation({
    summary: 'Change a key',
    description: 'Absent fields are not changed; null removes a limit. Applies from the next request on.',
  })
  @ApiId()
  @ApiOkResponse({ type: KeyDto })
  @ApiTermsRefusals()
  async change(
    @Param('id') id: string,
    @Body() body: KeyChangeDto,
    @Req() { context }: Request,
  ): Promise<KeyDto> {
    this.assertKnown(body.models);
    return keyView(await this.keys.change(id, termsOf(body), context.keyId));
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Revoke a key', description: 'It is refused from now on and stays in the list.' })
  @ApiId()
  @ApiOkResponse({ type: KeyDto })
  @ApiRefusals()
  async revoke(@Param('id') id: string, @Req() { context }: Request): Promise<KeyDto> {
    return keyView(await this.keys.revoke(id, context.keyId));
  }

  @Post(':id/rotate')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'Give a key a new secret',
    description: 'The old secret stays valid for `grace`. The reply shows the new key, only this once.',
  })
  @ApiId()
  @ApiOkResponse({ type: IssuedKeyDto })
  @ApiRefusals()
  async rotate(
    @Param('id') id: string,
    @Body() { grace }: KeyRotationDto,
    @Req() { context }: Request,
  ): Promise<IssuedKeyDto> {
    return issuedView(await this.keys.rotate(id, parseDuration(grace) ?? 0, context.keyId));
  }

  /** Throws Problem 400 for an unknown model: a typing error would create a key that cannot be used. */
  private assertKnown(models: readonly string[] | null | undefined): void {
    const choices = this.models.choices.join(', ');
    models?.forEach((name, i) => {
      if (!this.models.find(name)) throw invalidField(`models[${i}]`, `must be one of: ${choices}`);
    });
  }

  private async withUse(key: Key): Promise<KeyWithUseDto> {
    return Object.assign(keyView(key), { usage: useView(await this.allowances.use(key)) });
  }

  private found(id: string): Key {
    const key = this.keys.find(id);
    if (!key) throw noSuchKey();
    return key;
  }
}
