/**
 * Whether an expression, evaluated once when its module is loaded, can remember anything afterwards. *inert*: a literal,
 * a function, a description. *data*: an array or object whose parts are inert but which could be written to unless it is
 * frozen, `as const` or typed Readonly. *memory*: everything else.
 */
import { inertClasses, pureFactories, pureGlobals, pureMethods } from './pure-factories'
import { type AnyNode, isNode, type SourceFile } from './source-file'

export type Nature = 'inert' | 'data' | 'memory'

/** The names a file can use at module level: where each came from, and its own functions. */
export type Scope = {
  imports: ReadonlyMap<string, string>
  functions: ReadonlyMap<string, AnyNode>
  /** Constants that were made by a call. */
  made: ReadonlyMap<string, AnyNode>
}

export function scopeOf(file: SourceFile): Scope {
  const imports = new Map<string, string>()
  const functions = new Map<string, AnyNode>()
  const made = new Map<string, AnyNode>()
  for (const statement of file.program.body as unknown as AnyNode[]) {
    if (statement.type === 'ImportDeclaration') {
      const source = (statement.source as { value: string }).value
      for (const specifier of nodes(statement.specifiers)) imports.set(nameOf(specifier.local), source)
      continue
    }
    const declaration = isNode(statement.declaration) ? statement.declaration : statement
    if (declaration.type === 'FunctionDeclaration') functions.set(nameOf(declaration.id), declaration)
    if (declaration.type !== 'VariableDeclaration') continue
    for (const { id, init } of nodes(declaration.declarations)) {
      if (!isNode(init)) continue
      if (init.type === 'ArrowFunctionExpression') functions.set(nameOf(id), init)
      if (init.type === 'CallExpression' && declaration.kind === 'const') made.set(nameOf(id), init)
    }
  }
  return { imports, functions, made }
}

export function natureOf(value: unknown, scope: Scope): Nature {
  if (value === null || value === undefined) return 'inert'
  if (!isNode(value)) return 'memory'
  const of = (part: unknown) => natureOf(part, scope)
  switch (value.type) {
    case 'Literal':
    case 'Identifier':
    case 'MetaProperty':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return 'inert'
    case 'ClassExpression':
      return staticMemoryOf(value, scope) ? 'memory' : 'inert'
    case 'MemberExpression':
      return worst([of(value.object)])
    case 'ChainExpression':
    case 'TSInstantiationExpression':
    case 'TSNonNullExpression':
    case 'SpreadElement':
      return of(value.expression ?? value.argument)
    case 'TSAsExpression':
      return frozenBy(value.typeAnnotation, of(value.expression))
    case 'TSSatisfiesExpression':
      return of(value.expression)
    case 'TemplateLiteral':
      return worst(nodes(value.expressions).map(of))
    case 'UnaryExpression':
      return value.operator === 'delete' ? 'memory' : of(value.argument)
    case 'BinaryExpression':
    case 'LogicalExpression':
      return worst([of(value.left), of(value.right)])
    case 'ConditionalExpression':
      return worst([of(value.test), of(value.consequent), of(value.alternate)])
    case 'ArrayExpression':
      return atLeastData((value.elements as unknown[]).map(of))
    case 'ObjectExpression':
      return atLeastData(nodes(value.properties).map((property) => of(property.value ?? property.argument)))
    case 'TaggedTemplateExpression':
      return worst([natureOfCall(value.tag, scope), of(value.quasi)])
    case 'CallExpression':
      return natureOfWholeCall(value, scope)
    case 'NewExpression':
      return inertClasses.includes(dotted(value.callee)) ? worst(nodes(value.arguments).map(of)) : 'memory'
    default:
      return 'memory'
  }
}

function natureOfWholeCall(call: AnyNode, scope: Scope): Nature {
  const given = worst(nodes(call.arguments).map((argument) => natureOf(argument, scope)))
  if (given === 'memory') return 'memory'
  if (dotted(call.callee) === 'Object.freeze') return 'inert'
  return natureOfCall(call.callee, scope)
}

/** What calling this gives, its arguments being harmless. */
function natureOfCall(callee: unknown, scope: Scope): Nature {
  if (!isNode(callee)) return 'memory'
  const known = own(pureGlobals, dotted(callee))
  if (known) return known
  const factory = factoryOf(callee, scope)
  if (factory) return factory
  if (callee.type === 'Identifier') return natureOfResult(scope.functions.get(nameOf(callee)), scope)
  if (callee.type !== 'MemberExpression') return 'memory'
  if (natureOf(callee.object, scope) === 'memory') return 'memory'
  return own(pureMethods, nameOf(callee.property)) ?? 'memory'
}

/** Follows a chain of members and calls to its root; if that is a listed import, the chain gives what the list says. */
function factoryOf(callee: AnyNode, scope: Scope): Nature | null {
  let root: unknown = callee
  const given: Nature[] = []
  while (isNode(root) && root.type !== 'Identifier') {
    if (root.type === 'CallExpression') given.push(...nodes(root.arguments).map((part) => natureOf(part, scope)))
    root = root.type === 'CallExpression' ? root.callee : root.object
  }
  const name = nameOf(root)
  const origin = scope.made.get(name)
  // `flag.default(false)`, where `const flag = z.enum(…)`: the constant itself is judged where it is bound.
  if (origin && isNode(origin.callee) && callee.type === 'MemberExpression' && !isWithin(callee, origin))
    return given.includes('memory') ? 'memory' : factoryOf(origin.callee, scope)
  const source = scope.imports.get(name)
  const factory = pureFactories.find(
    ({ from, names }) => sameModule(from, source) && (names === 'all' || names.includes(name)),
  )
  if (!factory) return localChain(callee, scope)
  return given.includes('memory') ? 'memory' : factory.gives
}

/** `instant('created_at').notNull()`: a chain that begins with a pure function of the file itself. */
function localChain(callee: AnyNode, scope: Scope): Nature | null {
  if (callee.type !== 'MemberExpression' || !isNode(callee.object) || callee.object.type !== 'CallExpression')
    return null
  const inner = callee.object.callee
  if (!isNode(inner)) return null
  if (inner.type === 'MemberExpression') return localChain(inner, scope)
  const local = inner.type === 'Identifier' ? scope.functions.get(nameOf(inner)) : undefined
  return local && natureOfResult(local, scope) === 'inert' ? 'inert' : null
}

/** A function of the file may be called while loading if all it does is give back something harmless. */
function natureOfResult(called: AnyNode | undefined, scope: Scope): Nature {
  const body = called?.body
  if (!isNode(body)) return 'memory'
  if (body.type !== 'BlockStatement') return natureOf(body, scope)
  const [only, ...more] = nodes(body.body)
  return only?.type === 'ReturnStatement' && more.length === 0 ? natureOf(only.argument, scope) : 'memory'
}

/** The first static field or block of a class that can hold something, or null. */
export function staticMemoryOf(node: AnyNode, scope: Scope): AnyNode | null {
  const members = nodes((node.body as AnyNode | undefined)?.body)
  const isMemory = (member: AnyNode) =>
    member.type === 'StaticBlock' ||
    (member.type === 'PropertyDefinition' &&
      member.static === true &&
      !(member.readonly === true && natureOf(member.value, scope) === 'inert'))
  return members.find(isMemory) ?? null
}

/** A type that forbids writing makes data inert; it makes nothing better of memory. */
export function frozenBy(annotation: unknown, nature: Nature): Nature {
  if (nature !== 'data' || !isNode(annotation)) return nature
  const isReadonlyList = annotation.type === 'TSTypeOperator' && annotation.operator === 'readonly'
  const name = annotation.type === 'TSTypeReference' ? nameOf(annotation.typeName) : ''
  return isReadonlyList || ['const', 'Readonly', 'ReadonlyArray'].includes(name) ? 'inert' : 'data'
}

/** A constant cannot be made from itself; without this a mistake in the code would send us round for ever. */
const isWithin = (inner: AnyNode, outer: AnyNode) => inner.start >= outer.start && inner.end <= outer.end

const sameModule = (listed: string, source: string | undefined) =>
  source !== undefined && (source === listed || (listed.startsWith('@/') && sameFile(listed, source)))
/** Inside lib the same file may be imported as `./route`. */
const sameFile = (listed: string, source: string) =>
  source.startsWith('.') && listed.split('/').at(-1) === source.split('/').at(-1)

const worst = (natures: readonly Nature[]): Nature =>
  natures.includes('memory') ? 'memory' : natures.includes('data') ? 'data' : 'inert'
const atLeastData = (natures: readonly Nature[]): Nature => (natures.includes('memory') ? 'memory' : 'data')

const nodes = (value: unknown): AnyNode[] => (Array.isArray(value) ? value.filter(isNode) : [])
const nameOf = (node: unknown): string => (isNode(node) && typeof node.name === 'string' ? node.name : '')
const dotted = (node: unknown): string =>
  isNode(node) && node.type === 'MemberExpression' ? `${dotted(node.object)}.${nameOf(node.property)}` : nameOf(node)
/** Not what every object has by inheritance: there is a method called `constructor`. */
const own = (table: Readonly<Record<string, Nature>>, name: string) =>
  Object.hasOwn(table, name) ? table[name] : undefined
