import { ApiProperty, OmitType } from '@nestjs/swagger';
import { NonEmptyText, NotBlank } from './chat.validators.js';
import { ChatRequestDto, MAX_MESSAGES, MessageDto } from './chat-request.dto.js';

/** The two forms of a ChatRequestDto, documented apart: tools that generate bodies would send both fields. */
export class PromptRequestDto extends OmitType(ChatRequestDto, ['prompt', 'messages']) {
  /**
   * What to ask.
   * @example "Say hello in one short sentence."
   */
  @NotBlank()
  @NonEmptyText()
  prompt!: string;
}

export class ConversationRequestDto extends OmitType(ChatRequestDto, ['prompt', 'system', 'messages']) {
  /** A conversation; the last message is the user's. */
  @ApiProperty({ type: () => [MessageDto], minItems: 1, maxItems: MAX_MESSAGES })
  messages!: MessageDto[];
}
