import type { auth as english } from '@/messages/en/auth'
import type { Translation } from '@/messages/translation'

export const auth = {
  email: 'E-Mail',
  password: 'Passwort',
  newPassword: 'Neues Passwort',
  name: 'Name',
  passwordHint: 'Mindestens 12 Zeichen.',
  show: 'Zeigen',
  showPassword: 'Passwort zeigen',
  hide: 'Verbergen',
  hidePassword: 'Passwort verbergen',
  signIn: {
    name: 'Anmelden',
    title: 'Willkommen zurück',
    lead: 'Melde dich an und mach weiter.',
    submit: 'Anmelden',
    busy: 'Anmeldung läuft …',
    toSignUp: 'Konto anlegen',
    toForgotten: 'Passwort vergessen?',
  },
  signUp: {
    title: 'Konto anlegen',
    lead: 'Es dauert eine Minute.',
    submit: 'Konto anlegen',
    busy: 'Konto wird angelegt …',
    already: 'Schon ein Konto?',
    toSignIn: 'Anmelden',
  },
  forgotten: {
    title: 'Passwort vergessen',
    lead: 'Wir schicken dir einen Link, mit dem du ein neues wählst.',
    submit: 'Link senden',
    busy: 'Wird gesendet …',
    sent: 'Wenn es mit dieser E-Mail ein Konto gibt, ist ein Link für ein neues Passwort unterwegs. Das kann eine Minute dauern.',
    back: 'Zurück zur Anmeldung',
    noMail:
      'Dieser Server verschickt keine E-Mails. Bitte die Person, die ihn betreibt, dir ein neues Passwort zu setzen, und zwar mit',
  },
  reset: {
    title: 'Neues Passwort wählen',
    submit: 'Neues Passwort setzen',
    done: 'Dein Passwort ist geändert.',
    toSignIn: 'Melde dich damit an',
    stale: 'Dieser Link ist verbraucht oder zu alt.',
    again: 'Neuen anfordern',
  },
} as const satisfies Translation<typeof english>
