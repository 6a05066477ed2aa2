import { expect, test } from 'vitest'
import { languageOf } from './language-of'

test.each([
  'What is the capital of France?',
  'is water wet',
  'How do I make crème brûlée?',
  'What does こんにちは mean?',
  'Plan a trip of ten days',
])('languageOf returns `en` for "%s"', (question) => {
  expect(languageOf(question)).toBe('en')
})

test.each([
  'Was ist die Hauptstadt von Frankreich?',
  'Was macht der Hund in Berlin?',
  'Quelle est la capitale de la France ?',
  '¿Cuál es la capital de Francia?',
  'Qual é a capital da França?',
  'Wat is de hoofdstad van Frankrijk?',
  '日本の首都はどこですか',
  'Какая столица Франции?',
  'Biji Kurdistan',
  '',
])('languageOf returns null for "%s"', (question) => {
  expect(languageOf(question)).toBeNull()
})
