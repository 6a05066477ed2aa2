export const markdown = {
  plainText: 'Plain text',
  codeLabel: 'Code, {language}',
  copyCode: 'Copy code',
  wrap: 'Wrap lines',
  table: 'Table',
  maths: 'Formula',
  image: 'Image: {description}',
  imageAlone: 'Image',
  done: 'Done',
  toDo: 'Not done',
} as const
