/**
 * Decides whether an expression that is evaluated once, when its module is loaded, can hold mutable state. *inert*:
 * a literal, a function, or a declarative description. *data*: an array or object whose parts are inert; it is
 * mutable unless it is frozen, `as const` or typed Readonly. *memory*: everything else.
 */
import { inertClasses, pureFactories, pureGlobals, pureMethods } from './pure-factories'
import { type AnyNode, isNode, type SourceFile } from './source-file'

export type Nature = 'inert' | 'data' | 'memory'

/** The module-level names of a file: the module that each import is from, and the file's own functions. */
export type Scope = {
  imports: ReadonlyMap<string, string>
  functions: ReadonlyMap<string, AnyNode>
  /** Constants that are initialized by a call. */
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
  const argumentNature = worst(nodes(call.arguments).map((argument) => natureOf(argument, scope)))
  if (argumentNature === 'memory') return 'memory'
  if (dotted(call.callee) === 'Object.freeze') return 'inert'
  return natureOfCall(call.callee, scope)
}

/** Returns the nature of a call's result, assuming that its arguments are harmless. */
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

/** Follows a chain of members and calls to its root. If the root is a listed import, the list decides the nature. */
function factoryOf(callee: AnyNode, scope: Scope): Nature | null {
  let root: unknown = callee
  const argumentNatures: Nature[] = []
  while (isNode(root) && root.type !== 'Identifier') {
    if (root.type === 'CallExpression')
      argumentNatures.push(...nodes(root.arguments).map((part) => natureOf(part, scope)))
    root = root.type === 'CallExpression' ? root.callee : root.object
  }
  const name = nameOf(root)
  const origin = scope.made.get(name)
  // In `flag.default(false)` with `const flag = z.enum(…)`, follow the call that created the constant. The
  // constant's own arguments are checked at its declaration.
  if (origin && isNode(origin.callee) && callee.type === 'MemberExpression' && !isWithin(callee, origin))
    return argumentNatures.includes('memory') ? 'memory' : factoryOf(origin.callee, scope)
  const source = scope.imports.get(name)
  const factory = pureFactories.find(
    ({ from, names }) => sameModule(from, source) && (names === 'all' || names.includes(name)),
  )
  if (!factory) return localChain(callee, scope)
  return argumentNatures.includes('memory') ? 'memory' : factory.gives
}

/** Handles chains such as `instant('created_at').notNull()` that begin with a pure function of the file itself. */
function localChain(callee: AnyNode, scope: Scope): Nature | null {
  if (callee.type !== 'MemberExpression' || !isNode(callee.object) || callee.object.type !== 'CallExpression')
    return null
  const inner = callee.object.callee
  if (!isNode(inner)) return null
  if (inner.type === 'MemberExpression') return localChain(inner, scope)
  const local = inner.type === 'Identifier' ? scope.functions.get(nameOf(inner)) : undefined
  return local && natureOfResult(local, scope) === 'inert' ? 'inert' : null
}

/**
 * Returns the nature of a local function's result. Only a function that consists of one `return` may be called at
 * load.
 */
function natureOfResult(called: AnyNode | undefined, scope: Scope): Nature {
  const body = called?.body
  if (!isNode(body)) return 'memory'
  if (body.type !== 'BlockStatement') return natureOf(body, scope)
  const [only, ...more] = nodes(body.body)
  return only?.type === 'ReturnStatement' && more.length === 0 ? natureOf(only.argument, scope) : 'memory'
}

/** Returns the first static field or block of a class that can hold state, or null. */
export function staticMemoryOf(node: AnyNode, scope: Scope): AnyNode | null {
  const members = nodes((node.body as AnyNode | undefined)?.body)
  const isMemory = (member: AnyNode) =>
    member.type === 'StaticBlock' ||
    (member.type === 'PropertyDefinition' &&
      member.static === true &&
      !(member.readonly === true && natureOf(member.value, scope) === 'inert'))
  return members.find(isMemory) ?? null
}

/** Returns the nature after a type annotation. A read-only type makes data inert, but does not change memory. */
export function frozenBy(annotation: unknown, nature: Nature): Nature {
  if (nature !== 'data' || !isNode(annotation)) return nature
  const isReadonlyList = annotation.type === 'TSTypeOperator' && annotation.operator === 'readonly'
  const name = annotation.type === 'TSTypeReference' ? nameOf(annotation.typeName) : ''
  return isReadonlyList || ['const', 'Readonly', 'ReadonlyArray'].includes(name) ? 'inert' : 'data'
}

/** A constant cannot be created from itself. Without this check, invalid code would cause endless recursion. */
const isWithin = (inner: AnyNode, outer: AnyNode) => inner.start >= outer.start && inner.end <= outer.end

const sameModule = (listed: string, source: string | undefined) =>
  source !== undefined && (source === listed || (listed.startsWith('@/') && sameFile(listed, source)))
/** Files inside lib may import the same module by a relative path, such as `./route`. */
const sameFile = (listed: string, source: string) =>
  source.startsWith('.') && listed.split('/').at(-1) === source.split('/').at(-1)

const worst = (natures: readonly Nature[]): Nature =>
  natures.includes('memory') ? 'memory' : natures.includes('data') ? 'data' : 'inert'
const atLeastData = (natures: readonly Nature[]): Nature => (natures.includes('memory') ? 'memory' : 'data')

const nodes = (value: unknown): AnyNode[] => (Array.isArray(value) ? value.filter(isNode) : [])
const nameOf = (node: unknown): string => (isNode(node) && typeof node.name === 'string' ? node.name : '')
const dotted = (node: unknown): string =>
  isNode(node) && node.type === 'MemberExpression' ? `${dotted(node.object)}.${nameOf(node.property)}` : nameOf(node)
/** Ignores inherited properties; otherwise a method called `constructor` would be found in every table. */
const own = (table: Readonly<Record<string, Nature>>, name: string) =>
  Object.hasOwn(table, name) ? table[name] : undefined
