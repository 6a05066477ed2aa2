import type { chat as english } from '@/messages/en/chat'
import type { Translation } from '@/messages/translation'

export const chat = {
  newChat: 'محادثة جديدة',
  loading: 'جارٍ تحميل المحادثة…',
  disclaimer: 'قد يخطئ Goldfish. تحقّق من الأمور المهمة.',
  greeting: 'بماذا تفكر؟',
  greetingName: 'بماذا تفكر يا {name}؟',
  offlineModel:
    'أنت تتحدث مع النموذج المدمج الذي يعمل دون اتصال. لوصل نموذج حقيقي، عيّن <code>CHAT_MODEL</code> ومفتاح أحد المزوّدين، ثم أعد تشغيل Goldfish.',
  dismiss: 'إخفاء',
  missing: {
    title: 'هذه المحادثة ليست هنا',
    words: 'حُذفت، أو أنها تخص شخصًا آخر.',
    new: 'بدء محادثة جديدة',
  },
  suggestions: 'اقتراحات',
  suggestion: {
    tides: { title: 'اشرح كيف يحدث المد والجزر', rest: 'لطفل فضولي في العاشرة' },
    reminder: { title: 'اكتب تذكيرًا لطيفًا', rest: 'بفاتورة لم تُدفع' },
    compare: { title: 'قارن بين Postgres وRedis', rest: 'في جدول قصير' },
    todos: { title: 'خطّط ليومي', rest: 'وفق مهامي' },
  },
  message: 'الرسالة',
  placeholder: 'اسأل Goldfish ما تشاء',
  model: 'النموذج',
  send: 'إرسال',
  sendLater: 'إرسال بعد هذه الإجابة',
  stop: 'إيقاف',
  stopping: 'جارٍ الإيقاف',
  tooLong: 'طول هذه الرسالة {size, number} كيبيبايت، والحد الأقصى للإرسال مرة واحدة هو 64 كيبيبايت. يُرجى اختصارها.',
  signedOut: 'تم تسجيل خروجك. ما كتبته محفوظ إلى أن تعود.',
  signIn: 'تسجيل الدخول',
  comeBack: 'أي عند {time}.',
  attach: 'إرفاق ملفات',
  files: 'الملفات المرفقة',
  unnamedFile: 'ملف',
  fileSize: '{size, number} كيبيبايت',
  removeFile: 'إزالة {name}',
  readingFile: 'جارٍ تجهيز الملف…',
  dropHere: 'أفلت الملفات هنا',
  imagesLeftOut: 'لا يستطيع {model} عرض الصور. سيجيب من دونها.',
  filesTooMuch:
    'هذه ملفات أكثر من اللازم: الحد الأقصى للرسالة {files, number} ملفات بحجم {size, number} كيبيبايت معًا. يُرجى إزالة بعضها.',
  fileProblem: {
    kind: '«{name}» ليس صورة ولا نصًا يمكن قراءته.',
    size: '«{name}» أكبر من اللازم: الحد الأقصى لملفات الرسالة معًا {size, number} كيبيبايت.',
    empty: '«{name}» فارغ.',
    count: 'لم يُرفق «{name}»: الحد الأقصى للرسالة {files, number} ملفات.',
    unread: 'تعذّرت قراءة «{name}». يُرجى المحاولة مرة أخرى.',
  },
  queue: {
    name: 'رسائل في الانتظار',
    waiting:
      '{count, plural, zero {لا رسائل في الانتظار} one {رسالة تنتظر هذه الإجابة} two {رسالتان تنتظران هذه الإجابة} few {# رسائل تنتظر هذه الإجابة} many {# رسالة تنتظر هذه الإجابة} other {# رسالة تنتظر هذه الإجابة}}',
    failed: 'لم تُرسل بعد، لأن الإجابة الأخيرة لم تكتمل كما يجب.',
    restored: 'لم تُرسل بعد: بقيت في الانتظار بينما كانت هذه الصفحة مغلقة.',
    asked: 'لم تُرسل بعد: الإجابة السابقة تطلب إذنك أولًا.',
    goOn: 'إرسال الآن',
    clear: 'إزالة الكل',
    edit: 'إعادة إلى مربع الكتابة',
    remove: 'إزالة من الانتظار',
    files:
      '{count, plural, zero {بلا ملفات} one {مع ملف واحد} two {مع ملفين} few {مع # ملفات} many {مع # ملفًا} other {مع # ملف}}',
  },
  temporary: {
    toggle: 'مؤقتة',
    hint: 'محادثة مؤقتة: لا تظهر في قائمتك، وتُمحى بعد 24 ساعة.',
  },
} as const satisfies Translation<typeof english>
