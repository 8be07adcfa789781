import { hash, randomInt, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Key } from './key.js';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const ID_LENGTH = 12;
const RANDOM_LENGTH = 37;
const CHECKSUM_LENGTH = 6;

/** `parley_<12 public>_<43 secret>`: a double click selects all of it, and secret scanners recognise its prefix. */
const KEY = new RegExp(
  `^parley_([0-9A-Za-z]{${ID_LENGTH}})_([0-9A-Za-z]{${RANDOM_LENGTH + CHECKSUM_LENGTH}})$`,
);

/** A digest that no secret has. It replaces that of an unknown key, so that the check takes as long. */
const NOBODY = Buffer.alloc(32);

export interface KeyParts {
  readonly id: string;
  readonly secret: string;
}

export function newId(): string {
  return randomText(ID_LENGTH);
}

/** 220 random bits, and a checksum that detects typing errors without a lookup. */
export function newSecret(id: string): string {
  const random = randomText(RANDOM_LENGTH);
  return random + checksum(id, random);
}

export function keyText({ id, secret }: KeyParts): string {
  return `parley_${id}_${secret}`;
}

/** Undefined for text that cannot be one of Parley's keys. */
export function parseKey(text: string): KeyParts | undefined {
  const [, id, secret] = KEY.exec(text) ?? [];
  if (id === undefined || secret === undefined) return undefined;
  const random = secret.slice(0, RANDOM_LENGTH);
  return secret.slice(RANDOM_LENGTH) === checksum(id, random) ? { id, secret } : undefined;
}

/** SHA-256 in hex. A slow hash would protect nothing more: a secret of 220 random bits cannot be guessed. */
export function digestOf(secret: string): string {
  return hash('sha256', secret, 'hex');
}

/**
 * True if the secret is valid for the key. Whole digests are compared in constant time, the same number for every key,
 * so that the time reveals nothing (faults.md A5, A6).
 * @param now ms since 1970
 */
export function opens(secret: string, key: Pick<Key, 'digest' | 'former'> | undefined, now: number): boolean {
  const presented = hash('sha256', secret, 'buffer');
  const current = timingSafeEqual(presented, bytesOf(key?.digest));
  const former = timingSafeEqual(presented, bytesOf(key?.former?.digest));
  return current || (former && now < Date.parse(key?.former?.until ?? ''));
}

function bytesOf(digest: string | undefined): Buffer {
  return digest === undefined ? NOBODY : Buffer.from(digest, 'hex');
}

function checksum(id: string, random: string): string {
  let value = crc32(`parley_${id}_${random}`);
  let text = '';
  for (let i = 0; i < CHECKSUM_LENGTH; i++) {
    text = ALPHABET.charAt(value % ALPHABET.length) + text;
    value = Math.floor(value / ALPHABET.length);
  }
  return text;
}

function randomText(length: number): string {
  return Array.from({ length }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join('');
}
