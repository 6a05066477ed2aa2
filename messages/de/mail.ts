import type { mail as english } from '@/messages/en/mail'
import type { Translation } from '@/messages/translation'

export const mail = {
  verify: {
    subject: 'Bestätige deine E-Mail-Adresse für {site}',
    lead: 'Mit dieser E-Mail-Adresse wurde auf {site} ein Konto angelegt. Um es zu nutzen, öffne diesen Link und gib das Passwort des Kontos ein:',
    expiry: 'Der Link gilt 24 Stunden.',
    otherPassword: 'Wenn du das Passwort nicht kennst, wähle hier ein neues:',
    notYou:
      'Wenn du das Konto nicht angelegt hast, ignoriere diese E-Mail. Das Konto ist nicht nutzbar, solange die Adresse nicht bestätigt ist.',
  },
  registered: {
    subject: 'Du hast schon ein Konto auf {site}',
    lead: 'Für diese E-Mail-Adresse wurde auf {site} ein neues Konto angefordert, aber du hast schon eines. Hier kannst du dich anmelden:',
    forgotten: 'Wenn du dein Passwort vergessen hast, wähle hier ein neues:',
    notYou: 'Wenn du das nicht angefordert hast, ignoriere diese E-Mail. Es hat sich nichts geändert.',
  },
  reset: {
    subject: 'Wähle ein neues Passwort für {site}',
    lead: 'Für dein Konto auf {site} wurde ein neues Passwort angefordert. Um eines zu wählen, öffne diesen Link:',
    expiry:
      'Der Link gilt eine Stunde lang und nur einmal. Mit einem neuen Passwort wirst du überall abgemeldet, und alle API-Schlüssel werden widerrufen.',
    notYou: 'Wenn du das nicht angefordert hast, ignoriere diese E-Mail. Dein Passwort bleibt, wie es ist.',
  },
  changed: {
    subject: 'Dein Passwort für {site} wurde geändert',
    lead: 'Das Passwort deines Kontos auf {site} wurde geändert. Alle anderen Sitzungen wurden beendet. Deine API-Schlüssel gelten weiter.',
    afterReset:
      'Das Passwort deines Kontos auf {site} wurde zurückgesetzt. Alle Sitzungen wurden beendet und alle API-Schlüssel widerrufen.',
    notYou:
      'Wenn du das nicht warst, setze das Passwort jetzt zurück. Das beendet auch alle Sitzungen und widerruft alle API-Schlüssel:',
  },
} as const satisfies Translation<typeof english>
