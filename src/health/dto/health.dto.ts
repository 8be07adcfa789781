export class HealthDto {
  /** `ok` while the service can take chats, else `error`. */
  status!: 'ok' | 'error';
}
