import { createContext } from 'svelte';
import type { ChatList } from './chat-list.svelte';

/** The list of the chats pages, shared by the panes below their layout. */
export const [useChatList, provideChatList] = createContext<ChatList>();
