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

/** Keys of clients. A secret is in the reply that made it, and in no other. */
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
    description: 'With what each has used, in the order in which they were made, revoked ones too.',
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
    description: 'The reply shows the key, this once. Limits that are absent do not limit.',
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
    description: 'With its limits, and how much of them it has used.',
  })
  @ApiOkResponse({ type: KeyWithUseDto })
  @ApiRefusals()
  me(@Req() { context }: Request): Promise<KeyWithUseDto> {
    if (context.keyId === '') throw serviceIsOpen();
    return this.withUse(this.found(context.keyId));
  }

  @Get(':id')
  @ApiOperation({ summary: 'One key', description: 'Its terms and what it has used, without its secret.' })
  @ApiId()
  @ApiOkResponse({ type: KeyWithUseDto })
  @ApiRefusals()
  get(@Param('id') id: string): Promise<KeyWithUseDto> {
    return this.withUse(this.found(id));
  }

  @Patch(':id')
  @ApiOperation({
    summary: 'Change a key',
    description:
      'What is absent stays as it is, null takes a limit away. It counts from the next request on.',
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
  @ApiOperation({ summary: 'Revoke a key', description: 'It is refused from now on, and stays in the list.' })
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
    description: 'The former one lives on for `grace`. The reply shows the new key, this once.',
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

  /** Throws Problem 400 for a model that nobody can ask: a typing error would make a key that opens nothing. */
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
