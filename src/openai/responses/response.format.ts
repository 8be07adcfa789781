import type { Exchange } from '../../chat/exchange.js';
import type { ReplyFormat } from '../../chat/reply-format.js';
import type { ResponseDto } from './dto/response.dto.js';
import type { ResponseRequestDto } from './dto/response-request.dto.js';
import { OutputItems, type OutputOptions } from './output/output-items.js';
import { ResponseEncoder } from './response-encoder.js';
import { toolsByName } from './tool-names.js';
import { begunResponse, endedResponse, responseEnd } from './response-object.js';

/** The replies of `POST /v1/responses`. */
export function responseFormat(body: ResponseRequestDto): ReplyFormat {
  const tools = toolsByName(body);
  const encryptedReasoning = body.include?.includes('reasoning.encrypted_content') === true;
  const options = ({ request }: Exchange): OutputOptions => ({
    id: request.id,
    tools,
    encryptedReasoning,
  });
  return {
    reply: (exchange) => wholeResponse(exchange, body, options(exchange)),
    encoder: (exchange) =>
      new ResponseEncoder(exchange, () => begunResponse(exchange, body), options(exchange)),
  };
}

/** The answer as items, built as if its stream had arrived all at once. */
function wholeResponse(exchange: Exchange, body: ResponseRequestDto, options: OutputOptions): ResponseDto {
  const { text, reasoning, refusal, reasoningDetails, toolCalls, images, annotations, logprobs } =
    exchange.answer;
  const end = responseEnd(exchange);
  const output = new OutputItems(options, () => undefined);
  output.add({
    text,
    extras: {
      reasoning,
      refusal,
      reasoning_details: reasoningDetails.all,
      images,
      annotations,
      tool_calls: toolCalls.map((call, index) => ({ ...call, index })),
    },
    logprobs: logprobs.all,
  });
  output.close(end.status);
  return endedResponse(begunResponse(exchange, body), exchange, end, output.items);
}
