import type { auth as english } from '@/messages/en/auth'
import type { Translation } from '@/messages/translation'

export const auth = {
  email: 'البريد الإلكتروني',
  password: 'كلمة المرور',
  newPassword: 'كلمة المرور الجديدة',
  name: 'الاسم',
  passwordHint: '12 حرفًا أو أكثر.',
  show: 'إظهار',
  showPassword: 'إظهار كلمة المرور',
  hide: 'إخفاء',
  hidePassword: 'إخفاء كلمة المرور',
  signIn: {
    name: 'تسجيل الدخول',
    title: 'مرحبًا بعودتك',
    lead: 'سجّل الدخول لتتابع من حيث توقفت.',
    submit: 'تسجيل الدخول',
    busy: 'جارٍ تسجيل الدخول…',
    toSignUp: 'إنشاء حساب',
    toForgotten: 'هل نسيت كلمة المرور؟',
  },
  signUp: {
    title: 'إنشاء حساب',
    lead: 'لن يستغرق ذلك أكثر من دقيقة.',
    submit: 'إنشاء الحساب',
    busy: 'جارٍ إنشاء حسابك…',
    already: 'هل لديك حساب بالفعل؟',
    toSignIn: 'تسجيل الدخول',
  },
  forgotten: {
    title: 'نسيت كلمة المرور',
    lead: 'سنرسل إليك رابطًا لاختيار كلمة مرور جديدة.',
    submit: 'إرسال الرابط',
    busy: 'جارٍ الإرسال…',
    sent: 'إن كان هناك حساب بهذا البريد الإلكتروني، فقد أُرسل إليه رابط لاختيار كلمة مرور جديدة. قد يستغرق وصوله دقيقة.',
    back: 'العودة إلى تسجيل الدخول',
    noMail: 'هذا الخادم لا يرسل بريدًا. اطلب ممن يديره أن يعيّن لك كلمة مرور جديدة بالأمر',
  },
  reset: {
    title: 'اختيار كلمة مرور جديدة',
    submit: 'تعيين كلمة المرور الجديدة',
    done: 'تم تغيير كلمة المرور.',
    toSignIn: 'سجّل الدخول بها',
    stale: 'هذا الرابط مستخدم أو قديم جدًا.',
    again: 'اطلب رابطًا جديدًا',
  },
} as const satisfies Translation<typeof english>
