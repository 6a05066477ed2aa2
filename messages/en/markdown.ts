export const markdown = {
  plainText: 'text',
  codeLabel: 'Code, {language}',
  copyCode: 'Copy code',
  wrap: 'Wrap lines',
  table: 'Table',
  maths: 'Formula',
  image: 'Image: {description}',
  imageAlone: 'Image',
  done: 'Done',
  toDo: 'To do',
} as const
