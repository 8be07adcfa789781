// A plugin of `nest build`: the compiled service says what it says of its API to common/docs/deferred-swagger.js
// instead of @nestjs/swagger, which is then loaded at the first request for /docs. Not in the sources, because the
// plugin of @nestjs/swagger writes such imports into compiled files too. import() and types stay as they are.
const { dirname, join, posix, relative, sep } = require('node:path');
const ts = require('typescript');

const STAND_IN = 'common/docs/deferred-swagger.js';

exports.after = (_options, program) => {
  const standIn = join(program.getCompilerOptions().rootDir, STAND_IN);
  return ({ factory }) =>
    (file) => {
      const path = relative(dirname(file.fileName), standIn).replaceAll(sep, posix.sep);
      const specifier = factory.createStringLiteral(path.startsWith('.') ? path : `./${path}`);
      const statements = file.statements.map((statement) =>
        ts.isImportDeclaration(statement) && statement.moduleSpecifier.text === '@nestjs/swagger'
          ? factory.updateImportDeclaration(
              statement,
              statement.modifiers,
              statement.importClause,
              specifier,
              statement.attributes,
            )
          : statement,
      );
      return factory.updateSourceFile(file, statements);
    };
};
