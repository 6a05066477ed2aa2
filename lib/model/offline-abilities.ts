/** What the built-in model can do, and where there is more, as a list that people read. */
export const offlineAbilities = `- keep your todo list: *add milk and bread to my list*, *tick milk off*, *what is on my list?*, *delete bread*
- remember this conversation: *my name is Ada*, *what is my name?*, *what did I ask before?*
- calculate: \`(3 + 4) * 2^5\`
- count: *count to 10*, *how many r are in strawberry?*
- show what answers can look like: *a table*, *a code block in Python*, *a list of 5 fruits*, *a long text*

For real answers pick another model. To connect one, set \`CHAT_MODEL\` and a provider's key, and start Goldfish again.`
