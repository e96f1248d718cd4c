// The statements of a declaration file, as TypeScript writes it: each begins with its keyword at the start of a line.

const statementStart = /^(?=(?:import|export|declare|interface|type|abstract|class|function|const)\b)/m;
/** A comment at the end of what was split off belongs to the statement that follows. */
const trailingComment = /^\/\*\*(?:(?!\*\/)[^])*\*\/\n$/m;
const importStatement = /^(import|export) (?:type )?\{([^}]*)\} from '(.+)\.ts';\n$/;
const declarationStart =
  /^(?:export )?(?:declare )?(?:abstract )?(?:interface|type|class|function|const|let|var) (\w+)/;

/**
 * `imports`: `{ names, from: path of the declaration file, isExport, specifier }`, where a re-export counts as an import too.
 * `declarations`: `{ names, text with its comment, mentions: every word that could be a name in it }`.
 */
export function splitDeclarations(text) {
  const imports = [];
  const declarations = [];
  let comment = '';
  for (const part of text.split(statementStart)) {
    const [following = ''] = trailingComment.exec(part) ?? [];
    const statement = part.slice(0, part.length - following.length);
    const [, keyword, list, path] = importStatement.exec(statement) ?? [];
    const [, name] = declarationStart.exec(statement) ?? [];
    if (path !== undefined) {
      const names = list.split(',').map((each) => each.trim().replace(/^type /, ''));
      imports.push({ names, from: `${path}.d.ts`, isExport: keyword === 'export', specifier: path, text: statement });
    } else if (name !== undefined) {
      const code = statement.replaceAll(/\/\*\*[^]*?\*\//g, '');
      const mentions = new Set(code.match(/\b[A-Za-z_]\w*\b/g));
      mentions.delete(name);
      declarations.push({ names: [name], text: comment + statement, mentions });
    } else if (!/^(?:import .*|export \{\};)?\s*$/.test(statement)) {
      throw new Error(`a declaration that is not understood:\n${statement}`);
    }
    comment = following;
  }
  return { imports, declarations };
}

/** The import or re-export with those names only, from the file as it is called at run time. */
export function narrowImport({ names, isExport, specifier, text }, used) {
  const isType = /^\w+ type /.test(text) || !isExport;
  const list = names.filter((name) => used.has(name)).join(', ');
  return `${isExport ? 'export' : 'import'} ${isType ? 'type ' : ''}{ ${list} } from '${specifier}.cjs';\n`;
}
