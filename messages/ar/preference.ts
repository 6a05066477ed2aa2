import type { preference as english } from '@/messages/en/preference'
import type { Translation } from '@/messages/translation'

export const preference = {
  title: 'التفضيلات',
  saved: 'تم الحفظ',
  unsaved: 'لم يُحفظ هذا. {reason}',
  loading: 'جارٍ تحميل تفضيلاتك…',
  language: {
    legend: 'اللغة',
    browser: 'لغة المتصفح',
  },
  theme: {
    legend: 'المظهر',
    system: 'مظهر النظام',
    light: 'فاتح',
    dark: 'داكن',
  },
  model: {
    legend: 'النموذج',
    standard: 'الافتراضي',
    standardNamed: 'الافتراضي ({name})',
    unavailable: '{name} (غير متاح الآن)',
  },
  answerCache: {
    legend: 'ذاكرة الإجابات',
    shared: {
      name: 'مشتركة',
      words: 'قد يُجاب عن الأسئلة العامة من إجابات أُعطيت لغيرك، وقد تفيد إجاباتك عن مثل هذه الأسئلة غيرك.',
    },
    private: {
      name: 'خاصة',
      words: 'يُجاب فورًا عن أسئلتك المتكررة من إجاباتك السابقة، ولا يراها أحد غيرك.',
    },
    off: {
      name: 'متوقفة',
      words: 'يذهب كل سؤال إلى النموذج، ولا تُحفظ أي إجابة لوقت لاحق.',
    },
  },
  sendKey: {
    legend: 'مفتاح الإرسال',
    enter: {
      name: 'الإرسال بمفتاح Enter',
      words: 'يبدأ Shift+Enter سطرًا جديدًا.',
    },
    'mod-enter': {
      name: 'الإرسال بالمفتاحين Ctrl+Enter أو \u2066⌘+Enter\u2069',
      words: 'يبدأ Enter سطرًا جديدًا.',
    },
  },
  shortcuts: {
    legend: 'اختصارات لوحة المفاتيح',
    use: 'استخدام اختصارات لوحة المفاتيح',
  },
  sessions: {
    legend: 'الجلسات',
    words: 'حيث سجّلت الدخول. تنتهي الجلسة الملغاة مع طلبها التالي.',
    loading: 'جارٍ تحميل جلساتك…',
    since: 'منذ {date}',
    current: 'هذا الجهاز',
    revoke: 'إلغاء',
    revokeDevice: 'إلغاء {device}',
    device: '{browser} على {system}',
    unknownDevice: 'جهاز غير معروف',
    endOthers: 'تسجيل الخروج من كل مكان آخر',
  },
  keys: {
    legend: 'مفاتيح API',
    words:
      'يمكن لبرنامج آخر أن يعمل باسمك بواسطة مفتاح. لا ينتهي المفتاح بتسجيل الخروج ولا بتغيير كلمة المرور، بل بإلغائه هنا.',
    loading: 'جارٍ تحميل مفاتيح API…',
    make: 'إنشاء مفتاح',
    noScope: 'لا يُسمح له بشيء',
    used: 'آخر استخدام في {date}',
    neverUsed: 'لم يُستخدم بعد',
    expires: 'ينتهي في {date}',
    expired: 'انتهى في {date}',
    neverExpires: 'لا تنتهي صلاحيته',
    revoke: 'إلغاء',
    revokeKey: 'إلغاء {name}',
    revoked: 'أُلغي المفتاح «{name}».',
    confirmTitle: 'هل تريد إلغاء هذا المفتاح؟',
    confirmWords: 'ستتوقف فورًا البرامج التي تستخدم «{name}» عن العمل. لا يمكن التراجع عن ذلك.',
    keep: 'الإبقاء عليه',
    confirm: 'إلغاء نهائي',
    makeTitle: 'مفتاح API جديد',
    name: 'الاسم',
    nameHint: 'لأي برنامج هذا المفتاح؟',
    mayDo: 'ما يُسمح له به',
    scopeMissing: 'اختر واحدًا على الأقل.',
    again: 'مضى وقت على تسجيل دخولك. أدخل كلمة مرورك لإنشاء مفتاح.',
    expiry: 'ينتهي',
    days: '{count, plural, zero {بعد # يوم} one {بعد يوم واحد} two {بعد يومين} few {بعد # أيام} many {بعد # يومًا} other {بعد # يوم}}',
    never: 'أبدًا',
    cancel: 'إلغاء',
    create: 'إنشاء المفتاح',
    busy: 'جارٍ الإنشاء…',
    madeTitle: 'مفتاح API الجديد',
    madeWords: 'انسخه الآن واحفظه كما تُحفظ كلمة المرور، فلن يظهر مرة أخرى.',
    key: 'مفتاح API',
    copy: 'نسخ',
    copied: 'تم النسخ.',
    notCopied: 'لا يسمح المتصفح للصفحات بالنسخ. المفتاح محدَّد، فانسخه بنفسك.',
    done: 'تم',
    scopes: {
      chat: {
        name: 'المحادثة',
        words: 'طرح الأسئلة وقراءة محادثاتك.',
      },
      'todos:read': {
        name: 'قراءة المهام',
        words: 'الاطلاع على مهامك.',
      },
      'todos:write': {
        name: 'تغيير المهام',
        words: 'إضافة مهامك وتغييرها وحذفها.',
      },
      mcp: {
        name: 'MCP',
        words: 'السماح لعملاء MCP باستخدام ما هو محدَّد هنا أيضًا.',
      },
    },
  },
  password: {
    title: 'كلمة المرور',
    lead: 'كلمة المرور الجديدة تسجّل خروجك من كل مكان آخر.',
    current: 'كلمة المرور الحالية',
    new: 'كلمة المرور الجديدة',
    rule: '12 حرفًا أو أكثر.',
    change: 'تغيير كلمة المرور',
    busy: 'جارٍ التغيير…',
    done: 'تغيّرت كلمة المرور، وسُجّل خروجك من كل مكان آخر.',
  },
  export: {
    title: 'التصدير',
    lead: 'كل محادثاتك بجميع فروعها، وتفضيلاتك، في ملف JSON واحد.',
    save: 'تصدير كل بياناتي',
    busy: 'جارٍ تجميع بياناتك…',
    done: 'الملف لدى متصفحك.',
  },
  import: {
    title: 'الاستيراد',
    lead: 'يقبل ملفًا صدّره Goldfish، أو ملف conversations.json من تصدير ChatGPT، حتى 50 ميغابايت. وما هو موجود هنا يبقى كما هو.',
    choose: 'اختيار ملف',
    sending: 'جارٍ الإرسال: {part, number, percent}',
    reading: 'جارٍ استيراد المحادثات…',
    isZip: 'هذا ملف ZIP. فك ضغطه أولًا واختر منه conversations.json.',
    tooLarge: 'هذا الملف أكبر من 50 ميغابايت.',
    imported:
      '{count, plural, zero {لم تُستورد أي محادثة.} one {استُوردت محادثة واحدة.} two {استُوردت محادثتان.} few {استُوردت # محادثات.} many {استُوردت # محادثة.} other {استُوردت # محادثة.}}',
    skipped:
      '{count, plural, zero {لا شيء منها كان هنا.} one {واحدة كانت هنا بالفعل.} two {اثنتان كانتا هنا بالفعل.} few {# كانت هنا بالفعل.} many {# كانت هنا بالفعل.} other {# كانت هنا بالفعل.}}',
    failed:
      '{count, plural, zero {لم يتعذّر شيء:} one {تعذّر استيراد واحدة:} two {تعذّر استيراد اثنتين:} few {تعذّر استيراد #:} many {تعذّر استيراد #:} other {تعذّر استيراد #:}}',
    number: 'رقم {number}',
    untold:
      '{count, plural, zero {ولا شيء غيرها.} one {وواحدة أخرى.} two {واثنتان أخريان.} few {و# أخرى.} many {و# أخرى.} other {و# أخرى.}}',
  },
  allChats: {
    title: 'كل المحادثات',
    lead: 'يحذف كل المحادثات، والمؤرشفة أيضًا، مع الإجابات المحفوظة منها. يمكن التراجع خلال بضع ثوانٍ.',
    delete: 'حذف كل المحادثات',
    deleted:
      '{count, plural, zero {لم تُحذف أي محادثة} one {حُذفت محادثة واحدة} two {حُذفت محادثتان} few {حُذفت # محادثات} many {حُذفت # محادثة} other {حُذفت # محادثة}}',
    restored:
      '{count, plural, zero {لم تعد أي محادثة} one {عادت محادثة واحدة} two {عادت محادثتان} few {عادت # محادثات} many {عادت # محادثة} other {عادت # محادثة}}',
    none: 'لا توجد محادثات لحذفها.',
    tooLate: 'فات الأوان لاستعادتها.',
  },
  account: {
    title: 'الحساب',
    lead: 'يحذف الحساب وكل ما يخصّه.',
    delete: 'حذف حسابي',
    confirmTitle: 'هل تريد حذف حسابك؟',
    whatGoes:
      'يُحذف الحساب {email} مع كل محادثاته وروابطه المشتركة وتفضيلاته وجلساته، فورًا ونهائيًا. لا يمكن التراجع عن ذلك. صدّر بياناتك أولًا إن أردت الاحتفاظ بها.',
    password: 'كلمة مرورك',
    cancel: 'الاحتفاظ بحسابي',
    confirm: 'حذف نهائي',
    busy: 'جارٍ الحذف…',
  },
  goodbye: {
    title: 'إلى اللقاء',
    words: 'حُذف حسابك بكل ما فيه. شكرًا لأنك كنت هنا.',
  },
} as const satisfies Translation<typeof english>
