import { applyDecorators, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { STATUS_CODES } from 'node:http';
import type { Problem } from '../problem.js';
import { problemBody } from '../problem.filter.js';
import { ProblemDto } from './problem.dto.js';

export const EXAMPLE_ID = '01KATXV6Z3E6M3A9V8J6ZB1T5Q';

export interface FailureShape {
  readonly contentType: string;
  readonly dto: Type;
  readonly body: (problem: Problem) => object;
}

/** Documents error replies. The examples are built from the Problems that the code throws, so they stay current. */
export function ApiFailures(
  { contentType, dto, body }: FailureShape,
  problems: readonly Problem[],
): MethodDecorator {
  const statuses = [...new Set(problems.map((problem) => problem.getStatus()))];
  return applyDecorators(
    ApiExtraModels(dto),
    ...statuses.map((status) => {
      const ofStatus = problems.filter((problem) => problem.getStatus() === status);
      const examples = Object.fromEntries(
        ofStatus.map((problem) => [problem.code, { summary: problem.detail, value: body(problem) }]),
      );
      return ApiResponse({
        status,
        description: STATUS_CODES[status] ?? '',
        content: { [contentType]: { schema: { $ref: getSchemaPath(dto) }, examples } },
      });
    }),
  );
}

/** Documents failures as problem+json. */
export function ApiProblems(...problems: readonly Problem[]): MethodDecorator {
  const shape: FailureShape = {
    contentType: 'application/problem+json',
    dto: ProblemDto,
    body: (problem) => problemBody(problem, EXAMPLE_ID),
  };
  return ApiFailures(shape, problems);
}
