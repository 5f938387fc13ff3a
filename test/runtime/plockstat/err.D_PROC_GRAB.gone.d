plockstat4194303:::mutex-acquire { trace(arg0); }
