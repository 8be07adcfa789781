import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { json } from '../support/json.js';
import { ServiceChild } from '../support/service-child.js';

interface Schema {
  readonly nullable?: boolean;
  readonly properties?: Record<string, Schema>;
  readonly required?: readonly string[];
}

interface Interface {
  readonly name: string;
  readonly schema: string;
  readonly members: readonly { name: string; isOptional: boolean; isNullable: boolean }[];
}

/** The interfaces of the page's types.ts that name the schema they stand for, with what they inherit. */
function interfacesOf(path: string): Interface[] {
  const file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  return file.statements.filter(ts.isInterfaceDeclaration).flatMap((one) => {
    const schema = ts.getJSDocTags(one).find(({ tagName }) => tagName.text === 'schema')?.comment;
    if (typeof schema !== 'string') return [];
    const members = one.members.filter(ts.isPropertySignature).map((member) => ({
      name: member.name.getText(),
      isOptional: member.questionToken !== undefined,
      isNullable: /\bnull\b|\bunknown\b/.test(member.type?.getText() ?? ''),
    }));
    return [{ name: one.name.text, schema, members }];
  });
}

describe('what the page takes the service to answer', () => {
  const interfaces = interfacesOf(join(__dirname, '../../src/page/api/types.ts'));
  let schemas: Record<string, Schema>;

  beforeAll(async () => {
    const service = await ServiceChild.start();
    const document = await json(await fetch(`${service.url}/docs-json`));
    schemas = (document.components as { schemas: Record<string, Schema> }).schemas;
    await service.dispose();
  });

  it.each(interfaces)('$name is $schema of the OpenAPI document', ({ schema, members }) => {
    // `KeyUseDto.budget`: the object in that field.
    const [name = '', field] = schema.split('.');
    const found = field === undefined ? schemas[name] : schemas[name]?.properties?.[field];
    const wrong = members.flatMap(({ name, isOptional, isNullable }) => {
      const property = found?.properties?.[name];
      if (!property) return isOptional ? [] : [`${name} is not there`];
      return property.nullable && !isNullable ? [`${name} may be null`] : [];
    });
    expect(wrong).toEqual([]);
  });
});
