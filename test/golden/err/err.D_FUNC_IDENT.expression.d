/* only a name can be called */
BEGIN { self->f(); }
