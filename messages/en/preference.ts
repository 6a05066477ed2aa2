export const preference = {
  language: { legend: 'Language', browser: 'As the browser' },
} as const
