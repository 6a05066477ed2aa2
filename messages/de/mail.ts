import type { mail as english } from '@/messages/en/mail'
import type { Translation } from '@/messages/translation'

export const mail = {
  verify: {
    subject: 'Bestätige deine E-Mail-Adresse für {site}',
    lead: 'Mit dieser E-Mail-Adresse wurde auf {site} ein Konto erstellt. Um es zu nutzen, öffne diesen Link und gib das Passwort des Kontos ein:',
    expiry: 'Der Link gilt 24 Stunden.',
    otherPassword: 'Wenn du das Passwort nicht kennst, wähle hier ein neues:',
    notYou:
      'Wenn du das Konto nicht erstellt hast, ignoriere diese E-Mail. Das Konto ist nicht nutzbar, solange die Adresse nicht bestätigt ist.',
  },
  registered: {
    subject: 'Du hast schon ein Konto auf {site}',
    lead: 'Für diese E-Mail-Adresse wurde auf {site} ein neues Konto angefordert, aber du hast schon eines. Hier kannst du dich anmelden:',
    forgotten: 'Wenn du dein Passwort vergessen hast, wähle hier ein neues:',
    notYou: 'Wenn du das nicht angefordert hast, ignoriere diese E-Mail. Es hat sich nichts geändert.',
  },
  reset: {
    subject: 'Setze dein Passwort für {site} zurück',
    lead: 'Wir haben eine Anfrage erhalten, das Passwort deines Kontos auf {site} zurückzusetzen. Um ein neues zu wählen, öffne diesen Link:',
    expiry:
      'Der Link gilt eine Stunde lang und nur einmal. Mit einem neuen Passwort wirst du überall abgemeldet, und alle API-Schlüssel werden widerrufen.',
    notYou: 'Wenn du das nicht angefordert hast, ignoriere diese E-Mail. Dein Passwort bleibt, wie es ist.',
  },
  changed: {
    subject: 'Dein Passwort für {site} wurde geändert',
    lead: 'Das Passwort deines Kontos auf {site} wurde geändert. Alle deine anderen Geräte wurden abgemeldet. Deine API-Schlüssel gelten weiter.',
    afterReset:
      'Das Passwort deines Kontos auf {site} wurde zurückgesetzt. Alle deine Geräte wurden abgemeldet und alle API-Schlüssel widerrufen.',
    notYou:
      'Wenn du das nicht warst, setze das Passwort jetzt zurück. Dabei werden auch alle Geräte abgemeldet und alle API-Schlüssel widerrufen:',
  },
} as const satisfies Translation<typeof english>
