/** A JSON object that a test reads. */
export type Json = Record<string, unknown>;

export async function json(response: Response): Promise<Json> {
  return (await response.json()) as Json;
}
